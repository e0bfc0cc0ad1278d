locals {
  zip   = "${coalesce(var.artifacts, "${path.module}/../../build")}/checkout-task.zip"
  tasks = ["cancel", "charge", "confirm", "price", "refund", "release", "reserve"]
}

# One binary is all tasks; TASK says which. A function each keeps their permissions, time-outs and concurrency apart.
resource "aws_lambda_function" "task" {
  for_each      = toset(local.tasks)
  function_name = "${var.name}-${each.key}"
  role          = aws_iam_role.task[each.key].arn

  # From a zip with the file bootstrap in it, or from an image.
  package_type     = var.image == null ? "Zip" : "Image"
  filename         = var.image == null ? local.zip : null
  source_code_hash = var.image == null ? filebase64sha256(local.zip) : null
  handler          = var.image == null ? "bootstrap" : null
  runtime          = var.image == null ? "provided.al2023" : null
  image_uri        = var.image
  architectures    = ["arm64"]

  timeout                        = 10
  memory_size                    = 256
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = true

  environment {
    variables = {
      TABLE_NAME = aws_dynamodb_table.checkout.name
      TASK       = each.key
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.task[each.key].name
  }
}

# What the workflow calls, so that an execution that has begun meets published versions only.
resource "aws_lambda_alias" "task" {
  for_each         = toset(local.tasks)
  name             = "live"
  function_name    = aws_lambda_function.task[each.key].function_name
  function_version = aws_lambda_function.task[each.key].version
}

resource "aws_cloudwatch_log_group" "task" {
  for_each          = toset(local.tasks)
  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention
}
