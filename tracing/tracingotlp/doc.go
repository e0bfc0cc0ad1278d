// Package tracingotlp sets OpenTelemetry's SDK up for Lambda.
package tracingotlp
