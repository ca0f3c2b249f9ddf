SELECT original.transmission, transmission.stage
FROM original JOIN transmission ON transmission.id = original.transmission
WHERE original.fingerprint = $1
