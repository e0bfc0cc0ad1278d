package s3event

import (
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

var (
	// ErrEventVersion is what errors.Is finds in every [*EventVersionError].
	ErrEventVersion = errors.New("s3event: unknown event-version")

	// ErrTestEvent is what errors.Is finds in every [*TestEventError].
	ErrTestEvent = errors.New("s3event: test notification of S3")
)

// EventVersionError refuses a detail whose event-version is not known to be readable. By AWS's rule a new major
// version may have removed fields or changed what they mean, so nothing of the detail is handed out.
type EventVersionError struct {
	// DetailType is the kind of event.
	DetailType string
	// Version is the event-version in the detail.
	Version string
}

// Error names the version.
func (e *EventVersionError) Error() string {
	return fmt.Sprintf("s3event: %s event has event-version %s, but only 1.x is known: update this package",
		wire.Quote(e.DetailType), wire.Quote(e.Version))
}

// Is reports whether target is [ErrEventVersion] or [eventbridge.ErrPermanent].
func (e *EventVersionError) Is(target error) bool {
	return target == ErrEventVersion || target == eventbridge.ErrPermanent
}

// TestEventError says that S3 has sent its test notification, as it does when notifications of a bucket are switched on. There
// is nothing to do for it.
type TestEventError struct {
	// Bucket is the bucket's name.
	Bucket string
}

// Error names the bucket.
func (e *TestEventError) Error() string {
	return fmt.Sprintf("s3event: it is the test notification (s3:TestEvent) of the bucket %s, without a change", wire.Quote(e.Bucket))
}

// Is reports whether target is [ErrTestEvent] or [eventbridge.ErrPermanent].
func (e *TestEventError) Is(target error) bool {
	return target == ErrTestEvent || target == eventbridge.ErrPermanent
}
