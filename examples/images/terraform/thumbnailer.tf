locals {
  zip = "${coalesce(var.artifacts, "${path.module}/../../build")}/images-thumbnailer.zip"
}

# The function that makes thumbnails.
resource "aws_lambda_function" "thumbnailer" {
  function_name = "${var.name}-thumbnailer"
  role          = aws_iam_role.thumbnailer.arn

  # From a zip with the file bootstrap in it, or from an image.
  package_type     = var.image == null ? "Zip" : "Image"
  filename         = var.image == null ? local.zip : null
  source_code_hash = var.image == null ? filebase64sha256(local.zip) : null
  handler          = var.image == null ? "bootstrap" : null
  runtime          = var.image == null ? "provided.al2023" : null
  image_uri        = var.image
  architectures    = ["arm64"]

  timeout                        = 30
  memory_size                    = 1024 # a picture of 24,000,000 pixels takes up to 630 MB
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = {
      TABLE_NAME        = aws_dynamodb_table.images.name
      UPLOADS_BUCKET    = aws_s3_bucket.uploads.id
      THUMBNAILS_BUCKET = aws_s3_bucket.thumbnails.id
      GOMEMLIMIT        = "900MiB" # so that one picture's memory is free before the next one's is taken
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.thumbnailer.name
  }

  depends_on = [aws_iam_role_policy.thumbnailer]
}

resource "aws_cloudwatch_log_group" "thumbnailer" {
  name              = "/aws/lambda/${var.name}-thumbnailer"
  retention_in_days = var.log_retention
}

# EventBridge has done its work when Lambda has the event. If the function fails, Lambda tries twice more and hands the event over.
resource "aws_lambda_function_event_invoke_config" "thumbnailer" {
  function_name                = aws_lambda_function.thumbnailer.function_name
  maximum_event_age_in_seconds = 3600
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed.arn
    }
  }
}

# Events that the function failed on, each in a record with the error.
resource "aws_sqs_queue" "failed" {
  name                      = "${var.name}-failed"
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = true
}

resource "aws_iam_role" "thumbnailer" {
  name = "${var.name}-thumbnailer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# Each action is allowed on what it is needed for, and on * only where AWS knows no resource for it.
resource "aws_iam_role_policy" "thumbnailer" {
  name = "function"
  role = aws_iam_role.thumbnailer.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "${aws_s3_bucket.uploads.arn}/*"
      },
      {
        # Without it S3 answers 403 for an object that was deleted meanwhile, not 404.
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = aws_s3_bucket.uploads.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:DeleteObject"]
        Resource = "${aws_s3_bucket.thumbnails.arn}/thumbnails/*"
      },
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"]
        Resource = aws_dynamodb_table.images.arn
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.failed.arn
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.thumbnailer.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = "*" # X-Ray has no resource for what is written
      },
    ]
  })
}
