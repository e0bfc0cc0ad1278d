// Package metrictest records measurements in tests that may use OpenTelemetry's API alone, as package spantest does spans.
package metrictest

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

// Recorder is a meter provider that records what counters and histograms are told. The zero value is ready for use. Safe for
// concurrent use.
type Recorder struct {
	noop.MeterProvider

	mu           sync.Mutex
	Instruments  map[string]Instrument
	measurements []Measurement
}

// Instrument is how an instrument was made.
type Instrument struct {
	Unit, Description string
	Bounds            []float64
}

// Measurement is one value of one instrument.
type Measurement struct {
	Name       string
	Value      float64
	Attributes attribute.Set
}

// Measurements returns what was recorded, in order.
func (r *Recorder) Measurements() []Measurement {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Measurement(nil), r.measurements...)
}

// Meter returns a meter that records into r.
func (r *Recorder) Meter(string, ...metric.MeterOption) metric.Meter { return meter{recorder: r} }

type meter struct {
	noop.Meter
	recorder *Recorder
}

func (m meter) made(name string, i Instrument) {
	m.recorder.mu.Lock()
	defer m.recorder.mu.Unlock()
	if m.recorder.Instruments == nil {
		m.recorder.Instruments = map[string]Instrument{}
	}
	m.recorder.Instruments[name] = i
}

func (m meter) Int64Counter(name string, opts ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	c := metric.NewInt64CounterConfig(opts...)
	m.made(name, Instrument{Unit: c.Unit(), Description: c.Description()})
	return counter{name: name, recorder: m.recorder}, nil
}

func (m meter) Float64Histogram(name string, opts ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	c := metric.NewFloat64HistogramConfig(opts...)
	m.made(name, Instrument{Unit: c.Unit(), Description: c.Description(), Bounds: c.ExplicitBucketBoundaries()})
	return histogram{name: name, recorder: m.recorder}, nil
}

type counter struct {
	noop.Int64Counter
	name     string
	recorder *Recorder
}

func (c counter) Add(_ context.Context, n int64, opts ...metric.AddOption) {
	c.recorder.add(Measurement{c.name, float64(n), metric.NewAddConfig(opts).Attributes()})
}

type histogram struct {
	noop.Float64Histogram
	name     string
	recorder *Recorder
}

func (h histogram) Record(_ context.Context, v float64, opts ...metric.RecordOption) {
	h.recorder.add(Measurement{h.name, v, metric.NewRecordConfig(opts).Attributes()})
}

func (r *Recorder) add(m Measurement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measurements = append(r.measurements, m)
}
