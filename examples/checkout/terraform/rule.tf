# Orders that were placed, to the workflow.
resource "aws_cloudwatch_event_rule" "placed" {
  name           = "${var.name}-placed"
  event_bus_name = "default"
  event_pattern  = templatefile("${path.module}/../rule.json", {})
}

# The retry policy and the dead-letter queue are for events that cannot be delivered. An order is not given up before a day is over.
resource "aws_cloudwatch_event_target" "checkout" {
  rule           = aws_cloudwatch_event_rule.placed.name
  event_bus_name = aws_cloudwatch_event_rule.placed.event_bus_name
  target_id      = "checkout"
  arn            = aws_sfn_state_machine.checkout.arn
  role_arn       = aws_iam_role.rule.arn
  input_path     = "$.detail"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
}

resource "aws_iam_role" "rule" {
  name = "${var.name}-rule"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "rule" {
  name = "start"
  role = aws_iam_role.rule.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = aws_sfn_state_machine.checkout.arn
    }]
  })
}

# Events that EventBridge could not start the workflow with.
resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.undelivered.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.placed.arn } }
    }]
  })
}
