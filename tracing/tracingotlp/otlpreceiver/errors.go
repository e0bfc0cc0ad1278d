package otlpreceiver

import "errors"

// ErrDecode is what errors.Is finds when a request is no OTLP.
var ErrDecode = errors.New("otlpreceiver: no OTLP traces")
