// Package payments is a small payments service on AWS Lambda: an HTTP API that takes users, orders and payments, and a worker
// that charges the payments from a queue, in batches of which only the failed messages come again. All entities lie in one
// table.
//
// The functions are api and worker beside this file; this package holds what they do, so that it can be tested without
// Lambda.
package payments
