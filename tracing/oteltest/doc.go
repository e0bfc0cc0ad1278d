// Package oteltest holds tests of the tracing packages with what no user's module should require: OpenTelemetry's own exporter,
// as the measure of tracingotlp's; the other packages' queue and table, for a trace that goes through all of them; and coldstart around
// tracing around sqsbatch, in one function.
package oteltest
