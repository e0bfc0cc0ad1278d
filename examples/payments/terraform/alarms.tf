locals {
  alarm_actions = var.alarm_topic == null ? [] : [var.alarm_topic]

  functions = {
    api    = aws_lambda_function.api.function_name
    worker = aws_lambda_function.worker.function_name
  }
}

# Nothing should ever be here.
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = {
    dead       = aws_sqs_queue.dead.name
    async_dead = aws_sqs_queue.async_dead.name
    refused    = aws_sqs_queue.refused.name
  }
  alarm_name          = "${each.value}-has-messages"
  alarm_description   = "Messages that were given up wait in ${each.value}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

# Failures that the worker reports by message are no errors of the function: they show here. The worker makes the metric.
resource "aws_cloudwatch_metric_alarm" "failing" {
  alarm_name          = "${var.name}-jobs-come-again"
  alarm_description   = "For a quarter of an hour jobs have failed and come again: the payment provider may be away."
  namespace           = "Payments"
  metric_name         = "ComesAgain"
  dimensions          = { QueueName = aws_sqs_queue.payments.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

# What the API answers with 503 is no error of the function either.
resource "aws_cloudwatch_metric_alarm" "answers" {
  alarm_name          = "${var.name}-api-answers-5xx"
  alarm_description   = "For three minutes requests have been answered with 5xx: the table or the queue may be away, or a permission missing."
  namespace           = "AWS/ApiGateway"
  metric_name         = "5xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.payments.id }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

# Jobs that nobody receives. Those that were received three times are left out of this metric ("Available CloudWatch metrics for
# Amazon SQS").
resource "aws_cloudwatch_metric_alarm" "late" {
  alarm_name          = "${var.name}-jobs-are-late"
  alarm_description   = "The oldest job has waited for more than ten minutes."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.payments.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 600
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.functions
  alarm_name          = "${each.value}-errors"
  alarm_description   = "${each.value} fails, times out or does not start."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = each.value }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each            = local.functions
  alarm_name          = "${each.value}-throttles"
  alarm_description   = "${each.value} was asked for more than its concurrency allows."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = each.value }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}
