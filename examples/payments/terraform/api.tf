# The function behind the HTTP API.
resource "aws_lambda_function" "api" {
  function_name = "${var.name}-api"
  role          = aws_iam_role.api.arn
  publish       = true # a version for the alias to name; there is no provisioned concurrency on $LATEST

  # From a zip with the file bootstrap in it, or from an image.
  package_type     = var.images == null ? "Zip" : "Image"
  filename         = var.images == null ? local.zips.api : null
  source_code_hash = var.images == null ? filebase64sha256(local.zips.api) : null
  handler          = var.images == null ? "bootstrap" : null
  runtime          = var.images == null ? "provided.al2023" : null
  image_uri        = var.images == null ? null : var.images.api
  architectures    = ["arm64"]

  timeout                        = 10
  memory_size                    = 512
  reserved_concurrent_executions = var.reserved_concurrency.api

  environment {
    variables = {
      TABLE_NAME         = aws_dynamodb_table.payments.name
      PAYMENTS_QUEUE_URL = aws_sqs_queue.payments.url
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
    log_group  = aws_cloudwatch_log_group.api.name
  }

  dynamic "vpc_config" {
    for_each = local.vpc
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = aws_security_group.functions[*].id
    }
  }

  # Lambda looks whether the role may send to the dead-letter queue, and make network interfaces.
  depends_on = [aws_iam_role_policy.api, aws_iam_role_policy.network]
}

locals {
  artifacts = coalesce(var.artifacts, "${path.module}/../../build")
  zips      = { for function in ["api", "worker"] : function => "${local.artifacts}/payments-${function}.zip" }
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/aws/lambda/${var.name}-api"
  retention_in_days = var.log_retention
}

# What is called is the alias, so that the version behind it is warm, and can be set back by a hand.
resource "aws_lambda_alias" "api" {
  name             = "live"
  function_name    = aws_lambda_function.api.function_name
  function_version = aws_lambda_function.api.version
}

resource "aws_lambda_provisioned_concurrency_config" "api" {
  count                             = var.provisioned_concurrency > 0 ? 1 : 0
  function_name                     = aws_lambda_function.api.function_name
  qualifier                         = aws_lambda_alias.api.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

resource "aws_lambda_permission" "api" {
  statement_id  = "AllowHttpApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.api.function_name
  qualifier     = aws_lambda_alias.api.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.payments.execution_arn}/*/*"
}
