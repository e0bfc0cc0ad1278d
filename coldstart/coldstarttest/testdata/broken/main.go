//go:build lambda.norpc

// Command broken does not compile where Check builds it.
package main

func main() { undeclared() }
