// Package checkout turns an order into a paid and reserved one on AWS Step Functions: a Standard workflow of Go tasks over one
// table, which reserves the order's products, charges it and confirms it, and takes back in reverse order what it has done when
// one of the steps fails for good.
//
// The workflow is checkout.asl.json. All its tasks are one binary, task beside this file, which is deployed once for each of them
// and told by the variable TASK which one it is; this package holds what they do, so that it can be tested without Lambda.
package checkout
