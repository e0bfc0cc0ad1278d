package tracing

import "github.com/lambdapatterns/lambdapatterns/internal/jsonscan"

// maxLook is how much of an event is looked at to find out what it is. An SQS message has its source behind its body, which
// is 1 MiB at most.
const maxLook = 2 << 20

// rawTrigger looks at JSON that nobody has decoded: at its top-level keys, and at those of its first record. It never fails:
// what it does not understand is other.
func rawTrigger(payload []byte) string {
	trigger, _ := rawSource(payload)
	return trigger
}

// rawSource returns the event source of the first record too, or an empty string where there are no records.
func rawSource(payload []byte) (trigger string, source string) {
	scan := jsonscan.New(payload[:min(len(payload), maxLook)])
	if scan.Next() == '[' { // EventBridge Pipes hands records over without anything around them
		scan.Take('[')
		if !scan.More(0, ']') {
			return triggerOther, ""
		}
	}
	return objectTrigger(&scan, true)
}

// objectTrigger looks at the keys of the object that comes next.
func objectTrigger(scan *jsonscan.Scanner, records bool) (trigger string, source string) {
	scan.Take('{')
	var httpContext, httpMethod bool
	for i := 0; scan.More(i, '}'); i++ {
		switch string(scan.Key()) {
		case "Records":
			if records && scan.Next() == '[' {
				scan.Take('[')
				if !scan.More(0, ']') {
					return triggerOther, ""
				}
				return objectTrigger(scan, false)
			}
			scan.Raw()
		case "eventSource", "EventSource":
			source := text(scan)
			return sourceTrigger(source), source
		case "detail-type":
			isText := scan.Next() == '"'
			if detailType := text(scan); isText && !scan.GaveUp() {
				return eventBridgeTrigger(detailType), ""
			}
		case "requestContext":
			httpContext = scan.Next() == '{'
			if isWebSocket(scan.Raw()) {
				return triggerHTTP, ""
			}
		case "httpMethod", "rawPath", "routeKey", "methodArn", "routeArn":
			httpMethod = scan.Next() == '"'
			scan.Raw()
		default:
			scan.Raw()
		}
		if httpContext && httpMethod {
			return triggerHTTP, ""
		}
	}
	return triggerOther, ""
}

// isWebSocket tells whether a request's context is that of a WebSocket API, whose events have no method of their own.
func isWebSocket(requestContext []byte) bool {
	scan := jsonscan.New(requestContext)
	scan.Take('{')
	for i := 0; scan.More(i, '}'); i++ {
		if string(scan.Key()) == "connectionId" {
			return true
		}
		scan.Raw()
	}
	return false
}

// text takes a string, as it is written. It is empty for anything else.
func text(scan *jsonscan.Scanner) string {
	raw := scan.Raw()
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(raw[1 : len(raw)-1])
}

// mapTrigger is rawTrigger for what encoding/json makes of an event without a type.
func mapTrigger(event map[string]any) string {
	if detailType, ok := event["detail-type"].(string); ok {
		return eventBridgeTrigger(detailType)
	}
	if records, ok := event["Records"].([]any); ok && len(records) > 0 {
		first, _ := records[0].(map[string]any)
		for _, key := range []string{"eventSource", "EventSource"} {
			if source, ok := first[key].(string); ok {
				return sourceTrigger(source)
			}
		}
	}
	if source, ok := event["eventSource"].(string); ok {
		return sourceTrigger(source)
	}
	if c, ok := event["requestContext"].(map[string]any); ok {
		if _, ok := c["connectionId"]; ok {
			return triggerHTTP
		}
		for _, key := range []string{"httpMethod", "rawPath", "routeKey", "methodArn", "routeArn"} {
			if _, ok := event[key].(string); ok {
				return triggerHTTP
			}
		}
	}
	return triggerOther
}
