package sqsjson

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// explain says what err of encoding/json means in words that have nothing of the payload in them. understood is how many
// bytes of it are known to be right.
func explain(err error, understood int) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	var notBase64 base64.CorruptInputError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the payload is not valid JSON, after %d bytes", syntax.Offset)
	case errors.As(err, &mismatch):
		// Of some values, numbers for instance, Value has the text as well.
		kind, _, _ := strings.Cut(mismatch.Value, " ")
		return fmt.Errorf("the payload has a JSON %s where a %s is expected, after %d bytes", kind, mismatch.Type, mismatch.Offset)
	case errors.As(err, &notBase64):
		return fmt.Errorf("the payload has a binary value that is not base64, after %d bytes or more", understood)
	}
	return fmt.Errorf("the payload cannot be read, after %d bytes or more (%T)", understood, err)
}
