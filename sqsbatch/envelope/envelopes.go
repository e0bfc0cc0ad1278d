package envelope

import "encoding/json"

// SNS takes the message out of the notification that an Amazon SNS topic delivers: a JSON object whose Type is
// "Notification". Nothing else passes, so that a body is never taken for a message that it is not: for a subscription with
// raw message delivery, which sends no envelope, leave the step out.
func SNS() Step {
	return newStep("SNS envelope", func(body []byte) ([]byte, error) {
		var envelope struct {
			Type, TopicArn string
			Message        *string
		}
		if err := json.Unmarshal(body, &envelope); err != nil {
			return nil, err
		}
		if envelope.Type != "Notification" || envelope.TopicArn == "" || envelope.Message == nil {
			return nil, refusal("it is no notification of a topic: does the subscription use raw message delivery?")
		}
		return []byte(*envelope.Message), nil
	})
}

// EventBridge takes the detail out of an Amazon EventBridge event: a JSON object with source, detail-type and detail.
// A rule whose target has an input transformer or input path sends something else: leave the step out for it. So do for a
// handler that wants the whole event, such as one of package eventbridge's Event types.
func EventBridge() Step {
	return newStep("EventBridge envelope", func(body []byte) ([]byte, error) {
		var envelope struct {
			Source     string          `json:"source"`
			DetailType string          `json:"detail-type"`
			Detail     json.RawMessage `json:"detail"`
		}
		if err := json.Unmarshal(body, &envelope); err != nil {
			return nil, err
		}
		if envelope.Source == "" || envelope.DetailType == "" || len(envelope.Detail) == 0 {
			return nil, refusal("it is no event of a bus: has the rule's target an input transformer?")
		}
		return envelope.Detail, nil
	})
}

// S3 checks that the body is an event notification of Amazon S3 and hands it on as it is, for a handler that takes
// an [github.com/aws/aws-lambda-go/events.S3Event]. Key of the objects in it is URL-encoded, as S3 sends it, and
// URLDecodedKey is decoded.
//
// S3 sends a test event, which has no records, when notifications are configured. With this step it is not given to the
// handler: the step fails with [ErrTestEvent]. Without the step it would be an events.S3Event with no records.
func S3() Step {
	return newStep("S3 notification", func(body []byte) ([]byte, error) {
		var notification struct {
			Event   string
			Records []struct {
				EventSource string `json:"eventSource"`
			}
		}
		if err := json.Unmarshal(body, &notification); err != nil {
			return nil, err
		}
		if notification.Event == "s3:TestEvent" && len(notification.Records) == 0 {
			return nil, ErrTestEvent
		}
		for _, r := range notification.Records {
			if r.EventSource != "aws:s3" {
				return nil, refusal("it has records of another service than Amazon S3")
			}
		}
		if len(notification.Records) == 0 {
			return nil, refusal("it has no records")
		}
		return body, nil
	})
}
