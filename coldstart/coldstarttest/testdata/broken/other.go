//go:build !lambda.norpc

package main

func main() {}
