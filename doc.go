// Package lambdapatterns is documentation only.
package lambdapatterns
