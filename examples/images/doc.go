// Package images makes thumbnails on AWS Lambda: an upload to a bucket reaches the function through an EventBridge rule, its
// thumbnail goes to a second bucket, and what is known of the picture lies in a table.
//
// The function is thumbnailer beside this file; this package holds what it does, so that it can be tested without Lambda.
package images
