package tracing

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

// Trigger says what kind of thing invokes a function: the values of the conventions' attribute faas.trigger. It is worked
// out from the event, and [WithTrigger] sets it.
type Trigger string

// The values of the page "Semantic conventions for FaaS spans".
const (
	// TriggerHTTP: an inbound request is answered. API Gateway's REST, HTTP and WebSocket APIs and its authorizers, load
	// balancers, function URLs.
	TriggerHTTP Trigger = "http"
	// TriggerPubSub: messages of a messaging system. SQS, SNS, EventBridge, Kafka, ActiveMQ and RabbitMQ.
	TriggerPubSub Trigger = "pubsub"
	// TriggerDatasource: something was read or written. S3's notifications, DynamoDB's and Kinesis's streams.
	TriggerDatasource Trigger = "datasource"
	// TriggerTimer: a schedule. EventBridge's scheduled rules, and EventBridge Scheduler with its own payload.
	TriggerTimer Trigger = "timer"
	// TriggerOther: none of these, or an event that tells nothing of where it is from, such as a Step Functions task's.
	TriggerOther Trigger = "other"
)

// scheduled is the detail-type of the events of a schedule.
const scheduled = "Scheduled Event"

func eventBridgeTrigger(detailType string) Trigger {
	if detailType == scheduled {
		return TriggerTimer
	}
	return TriggerPubSub
}

// triggerOf returns the trigger of an event of a type that says so.
func triggerOf(event any) (Trigger, bool) {
	switch e := event.(type) {
	case events.APIGatewayProxyRequest, events.APIGatewayV2HTTPRequest, events.ALBTargetGroupRequest,
		events.LambdaFunctionURLRequest, events.APIGatewayWebsocketProxyRequest,
		events.APIGatewayCustomAuthorizerRequest, events.APIGatewayCustomAuthorizerRequestTypeRequest,
		events.APIGatewayV2CustomAuthorizerV1Request, events.APIGatewayV2CustomAuthorizerV2Request:
		return TriggerHTTP, true
	case events.SQSEvent, events.SNSEvent, events.KafkaEvent, events.ActiveMQEvent, events.RabbitMQEvent:
		return TriggerPubSub, true
	case events.S3Event, events.DynamoDBEvent, events.DynamoDBTimeWindowEvent, events.KinesisEvent, events.KinesisTimeWindowEvent:
		return TriggerDatasource, true
	case events.CloudWatchEvent:
		return eventBridgeTrigger(e.DetailType), true
	case json.RawMessage:
		return rawTrigger(e), true
	case map[string]any:
		return mapTrigger(e), true
	}
	return TriggerOther, false
}

// sourceTrigger returns the trigger that a record's event source belongs to.
func sourceTrigger(source string) Trigger {
	switch source {
	case "aws:sqs", "aws:sns", "aws:kafka", "SelfManagedKafka", "aws:mq", "aws:amq", "aws:rmq":
		return TriggerPubSub
	case "aws:s3", "aws:dynamodb", "aws:kinesis":
		return TriggerDatasource
	}
	return TriggerOther
}
