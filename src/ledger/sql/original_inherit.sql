UPDATE original SET transmission = $2 WHERE fingerprint = $1 AND transmission = $3
