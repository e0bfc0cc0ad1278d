package tracing

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

// The values of the attribute faas.trigger (the page "Semantic conventions for FaaS spans"). See [WithTrigger].
const (
	triggerHTTP       = "http"
	triggerPubSub     = "pubsub"
	triggerDatasource = "datasource"
	triggerTimer      = "timer"
	triggerOther      = "other"
)

var triggers = []string{triggerHTTP, triggerPubSub, triggerDatasource, triggerTimer, triggerOther}

// scheduled is the detail-type of the events of a schedule.
const scheduled = "Scheduled Event"

func eventBridgeTrigger(detailType string) string {
	if detailType == scheduled {
		return triggerTimer
	}
	return triggerPubSub
}

// triggerOf returns the trigger of an event of a type that says so.
func triggerOf(event any) (string, bool) {
	switch e := event.(type) {
	case events.APIGatewayProxyRequest, events.APIGatewayV2HTTPRequest, events.ALBTargetGroupRequest,
		events.LambdaFunctionURLRequest, events.APIGatewayWebsocketProxyRequest,
		events.APIGatewayCustomAuthorizerRequest, events.APIGatewayCustomAuthorizerRequestTypeRequest,
		events.APIGatewayV2CustomAuthorizerV1Request, events.APIGatewayV2CustomAuthorizerV2Request:
		return triggerHTTP, true
	case events.SQSEvent, events.SNSEvent, events.KafkaEvent, events.ActiveMQEvent, events.RabbitMQEvent:
		return triggerPubSub, true
	case events.S3Event, events.DynamoDBEvent, events.DynamoDBTimeWindowEvent, events.KinesisEvent, events.KinesisTimeWindowEvent:
		return triggerDatasource, true
	case events.CloudWatchEvent:
		return eventBridgeTrigger(e.DetailType), true
	case json.RawMessage:
		return rawTrigger(e), true
	case map[string]any:
		return mapTrigger(e), true
	}
	return triggerOther, false
}

// sourceTrigger returns the trigger that a record's event source belongs to.
func sourceTrigger(source string) string {
	switch source {
	case "aws:sqs", "aws:sns", "aws:kafka", "SelfManagedKafka", "aws:mq", "aws:amq", "aws:rmq":
		return triggerPubSub
	case "aws:s3", "aws:dynamodb", "aws:kinesis":
		return triggerDatasource
	}
	return triggerOther
}
