# The function that charges the payments of the queue.
resource "aws_lambda_function" "worker" {
  function_name = "${var.name}-worker"
  role          = aws_iam_role.worker.arn
  publish       = true

  package_type     = var.images == null ? "Zip" : "Image"
  filename         = var.images == null ? local.zips.worker : null
  source_code_hash = var.images == null ? filebase64sha256(local.zips.worker) : null
  handler          = var.images == null ? "bootstrap" : null
  runtime          = var.images == null ? "provided.al2023" : null
  image_uri        = var.images == null ? null : var.images.worker
  architectures    = ["arm64"]

  timeout                        = local.worker_timeout
  memory_size                    = 512
  reserved_concurrent_executions = var.reserved_concurrency.worker

  environment {
    variables = {
      TABLE_NAME         = aws_dynamodb_table.payments.name
      PAYMENTS_QUEUE_URL = aws_sqs_queue.payments.url
      RESULTS_QUEUE_URL  = aws_sqs_queue.results.url
      REFUSED_QUEUE_URL  = aws_sqs_queue.refused.url
    }
  }

  tracing_config {
    mode = "Active"
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.async_dead.arn
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.worker.name
  }

  dynamic "vpc_config" {
    for_each = local.vpc
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = aws_security_group.functions[*].id
    }
  }

  depends_on = [aws_iam_role_policy.worker, aws_iam_role_policy.network]
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/aws/lambda/${var.name}-worker"
  retention_in_days = var.log_retention
}

resource "aws_lambda_alias" "worker" {
  name             = "live"
  function_name    = aws_lambda_function.worker.function_name
  function_version = aws_lambda_function.worker.version
}

resource "aws_lambda_event_source_mapping" "payments" {
  event_source_arn = aws_sqs_queue.payments.arn
  function_name    = aws_lambda_alias.worker.arn

  # Without this Lambda takes no notice of the failures that the worker reports and deletes their messages.
  function_response_types = ["ReportBatchItemFailures"]

  batch_size                         = 10
  maximum_batching_window_in_seconds = local.batch_window

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}
