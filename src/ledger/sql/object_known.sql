SELECT length FROM object WHERE digest = $1
