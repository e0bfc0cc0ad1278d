package envelope

// Step takes one layer off a body and returns what is inside. It must be safe for concurrent use and leave body as it is; what
// it returns may share body's memory. The package's functions make steps, and any other function can be one.
//
// An error of a step of this package is an [*Error] or [ErrTestEvent].
type Step func(body []byte) ([]byte, error)

// newStep names take in its errors.
func newStep(name string, take func([]byte) ([]byte, error)) Step {
	return func(body []byte) ([]byte, error) {
		inside, err := take(body)
		if err == nil || err == ErrTestEvent {
			return inside, err
		}
		return nil, &Error{Step: name, Reason: reasonOf(err), Err: err}
	}
}
