// Package otlpreceiver takes spans in OpenTelemetry's protocol inside the process, for tests and for running functions on one
// machine. It is the other end of package tracingotlp, and of any exporter that sends OTLP over HTTP with protocol buffers, or
// to an X-Ray daemon over UDP.
//
//	var receiver otlpreceiver.Receiver
//	server := httptest.NewServer(&receiver)
//	defer server.Close()
//	provider, err := tracingotlp.New(tracingotlp.WithEndpoint(server.URL))
//	…
//	for _, span := range receiver.Spans() { … }
//
// It decodes with the protocol's own generated code, go.opentelemetry.io/proto/otlp, and so is a check of whoever sends. Spans
// come as the SDK's stubs: name, context, parent, kind, times, attributes, events, links, status, resource and scope, with all
// counts of what was dropped.
//
// # The rules that bite
//
//   - Everything is kept until Reset. A receiver that runs for long needs a Keep.
//   - A span that was sent twice is there twice.
//   - OTLP in JSON and over gRPC is refused, JSON with status 415.
package otlpreceiver
