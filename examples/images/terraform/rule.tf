# Uploads of pictures, to the function.
resource "aws_cloudwatch_event_rule" "uploads" {
  name           = "${var.name}-uploads"
  event_bus_name = "default" # the one that S3 sends to
  event_pattern  = templatefile("${path.module}/../rule.json", { UploadsBucket = aws_s3_bucket.uploads.id })
}

# The retry policy and the dead-letter queue are for events that cannot be delivered. What the function makes of a delivered event
# is not EventBridge's business: see the function's on-failure destination.
resource "aws_cloudwatch_event_target" "thumbnailer" {
  rule           = aws_cloudwatch_event_rule.uploads.name
  event_bus_name = aws_cloudwatch_event_rule.uploads.event_bus_name
  target_id      = "thumbnailer"
  arn            = aws_lambda_function.thumbnailer.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 2
  }
}

resource "aws_lambda_permission" "rule" {
  statement_id  = "AllowRule"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.thumbnailer.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.uploads.arn
}

# Events that EventBridge could not hand to Lambda.
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
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.uploads.arn } }
    }]
  })
}
