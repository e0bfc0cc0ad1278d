package changes_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// undecodables are records that no handler can be given, by what their errors say.
func undecodables() map[string]events.DynamoDBEventRecord {
	bad := userImage("secret-free", "secret@x")
	bad["logins"] = text("secret-number")
	untyped := userImage("u", "e@x")
	untyped["email"] = events.DynamoDBAttributeValue{}
	odd := change("2", nil, userImage("u", "e@x"))
	odd.EventName = "UPSERT"
	keyless := change("2", nil, userImage("u", "e@x"))
	keyless.Change.Keys = nil
	return map[string]events.DynamoDBEventRecord{
		"NewImage: singletable: decode User USER#secret-free|PROFILE": change("2", userImage("u", "e@x"), bad),
		"OldImage: singletable: decode User USER#secret-free|PROFILE": change("2", bad, nil),
		`NewImage: changes: attribute "email": a value has no type`:   change("2", nil, untyped),
		`the event name "UPSERT"`:                                     odd,
		"it has no Keys":                                              keyless,
	}
}

func TestUndecodableRecordFails(t *testing.T) {
	t.Parallel()
	for says, record := range undecodables() {
		option, report := observed()
		h := newHandler(t, option,
			changes.On(users, func(context.Context, changes.Change[User]) error { t.Error(says, "a handler was called"); return nil }))
		response, err := h(t.Context(), batchOf(change("1", nil, noteImage("n")), record, change("3", nil, userImage("u", "e@x"))))
		if err != nil || failures(response) != "2" || outcomes(report) != "passed_over decode_failed skipped_failure" {
			t.Errorf("%s: failures %q, error %v, outcomes %s", says, failures(response), err, outcomes(report))
			continue
		}
		var decoding *changes.DecodeError
		if e := report.Records[1].Err; !errors.As(e, &decoding) || decoding.SequenceNumber != "2" ||
			!strings.Contains(e.Error(), says) || strings.Contains(e.Error(), "secret@x") || strings.Contains(e.Error(), "secret-number") {
			t.Errorf("got the error %v, want one that says %s and quotes nothing", e, says)
		}
		var refused *singletable.ItemError
		if strings.Contains(says, "singletable:") != errors.As(decoding, &refused) {
			t.Errorf("%s: the repository's error is found: %t", says, refused != nil)
		}
	}
}

func TestUndecodable(t *testing.T) {
	t.Parallel()
	for says, record := range undecodables() {
		for name, refusal := range map[string]error{"taken": nil, "refused": errors.New("the queue is full")} {
			var reasons []*changes.DecodeError
			var told []string
			option, report := observed()
			h := newHandler(t, option, teller(users, &told), changes.WithUndecodable(
				func(_ context.Context, r events.DynamoDBEventRecord, reason *changes.DecodeError) error {
					if r.Change.SequenceNumber != "2" {
						t.Errorf("handed out %s", r.Change.SequenceNumber)
					}
					reasons = append(reasons, reason)
					return refusal
				}))
			response, err := h(t.Context(), batchOf(record, change("3", nil, userImage("u", "e@x"))))
			want, wantOutcomes, calls := "", "set_aside succeeded", 1
			if refusal != nil {
				want, wantOutcomes, calls = "2", "failed skipped_failure", 0
			}
			if err != nil || failures(response) != want || outcomes(report) != wantOutcomes || len(told) != calls {
				t.Errorf("%s, %s: failures %q, error %v, outcomes %s, called %q", says, name, failures(response), err, outcomes(report), told)
			}
			var decoding *changes.DecodeError
			if len(reasons) != 1 || !errors.As(report.Records[0].Err, &decoding) || decoding != reasons[0] ||
				refusal != nil && !errors.Is(report.Records[0].Err, refusal) {
				t.Errorf("%s, %s: reasons %v, reported %v", says, name, reasons, report.Records[0].Err)
			}
		}
	}
}

// Nothing is handled of a record of which one side cannot be decoded.
func TestDecodingComesBeforeHandling(t *testing.T) {
	t.Parallel()
	bad := orderImage("u", "o", "no number")
	bad["PK"], bad["SK"] = text("USER#u"), text("PROFILE")
	var told []string
	h := newHandler(t, teller(users, &told), teller(orders, &told))
	response, err := h(t.Context(), batchOf(change("1", userImage("u", "e@x"), bad)))
	if err != nil || failures(response) != "1" || len(told) != 0 {
		t.Errorf("failures %q, error %v, called %q", failures(response), err, told)
	}
}

// A damaged item stops no handler that did not ask for it.
func TestDecodingMattersForTheKindsAskedFor(t *testing.T) {
	t.Parallel()
	bad := userImage("u", "e@x")
	bad["logins"] = text("no number")
	var told []string
	h := newHandler(t, teller(users, &told, changes.Removed))
	response, err := h(t.Context(), batchOf(change("1", nil, bad), change("2", userImage("u", "e@x"), bad), change("3", bad, nil)))
	if err != nil || failures(response) != "3" || len(told) != 0 {
		t.Errorf("failures %q, error %v, called %q", failures(response), err, told)
	}
}

// misleading's decoding fails with the error that Decode has for items of other types.
type misleading struct{}

func (*misleading) UnmarshalDynamoDBAttributeValue(types.AttributeValue) error {
	return singletable.ErrWrongType
}

// An error of a type's own decoding is one, whatever it wraps; the record must not pass for another entity's.
func TestMisleadingErrorsOfDecoding(t *testing.T) {
	t.Parallel()
	type Odd struct {
		ID   string     `dynamodbav:"id"`
		Trap misleading `dynamodbav:"email"`
	}
	odds := must(singletable.NewRepo[Odd](table, singletable.Schema{Type: "User", Key: userSchema.Key}))
	var told []string
	h := newHandler(t, teller(odds, &told))
	if response, err := h(t.Context(), inserts(1)); err != nil || failures(response) != "101" {
		t.Errorf("failures %q, error %v, called %q", failures(response), err, told)
	}
}
