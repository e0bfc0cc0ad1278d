locals {
  alarm_actions = var.alarm_topic == null ? [] : [var.alarm_topic]
}

# Nothing should ever be here.
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = {
    undelivered = aws_sqs_queue.undelivered.name
    failed      = aws_sqs_queue.failed.name
  }
  alarm_name          = "${each.value}-has-messages"
  alarm_description   = "Events that were given up wait in ${each.value}."
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

# Events wait inside Lambda while the function is throttled or fails, and are given up after an hour.
resource "aws_cloudwatch_metric_alarm" "late" {
  alarm_name          = "${var.name}-events-are-late"
  alarm_description   = "An event has waited for more than ten minutes."
  namespace           = "AWS/Lambda"
  metric_name         = "AsyncEventAge"
  dimensions          = { FunctionName = aws_lambda_function.thumbnailer.function_name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 600000 # milliseconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-thumbnailer-errors"
  alarm_description   = "The function fails, times out or does not start."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.thumbnailer.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  alarm_name          = "${var.name}-thumbnailer-throttles"
  alarm_description   = "The function was asked for more than its concurrency allows."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = aws_lambda_function.thumbnailer.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
}
