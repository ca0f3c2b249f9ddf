UPDATE effect SET lease_until = 0, holder = '' WHERE holder = $1
