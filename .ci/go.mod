// Module ci has the programs of the checks. Nobody imports it: its requirements reach no user.
module ci

go 1.26.0

require golang.org/x/mod v0.43.0
