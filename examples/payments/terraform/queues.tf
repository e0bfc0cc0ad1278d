locals {
  worker_timeout = 30 # seconds
  batch_window   = 1  # seconds that a batch may wait for more messages
  two_weeks      = 14 * 24 * 60 * 60
}

# The jobs for the worker.
resource "aws_sqs_queue" "payments" {
  name                    = "${var.name}-jobs"
  sqs_managed_sse_enabled = true

  # Lambda asks for six times the function's time-out, so that a message does not come again while a throttled batch of it is
  # still being retried ("Creating and configuring an Amazon SQS event source mapping").
  visibility_timeout_seconds = 6 * local.worker_timeout + local.batch_window

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 12 # with the worker's back-off the provider may be down for 20 minutes
  })
}

# What became of each payment, for the rest of the company.
resource "aws_sqs_queue" "results" {
  name                      = "${var.name}-results"
  message_retention_seconds = local.two_weeks
  sqs_managed_sse_enabled   = true
}

# Messages that no repetition makes a payment, with the reason in an attribute.
resource "aws_sqs_queue" "refused" {
  name                      = "${var.name}-refused"
  message_retention_seconds = local.two_weeks
  sqs_managed_sse_enabled   = true
}

# Jobs that failed maxReceiveCount times. A message keeps the age that it had, so it must be kept longer here than there.
resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = local.two_weeks
  sqs_managed_sse_enabled   = true
}

# Asynchronous invocations that failed. Neither the API nor the queue makes any: these are calls by hand and from elsewhere.
resource "aws_sqs_queue" "async_dead" {
  name                      = "${var.name}-async-dead"
  message_retention_seconds = local.two_weeks
  sqs_managed_sse_enabled   = true
}
