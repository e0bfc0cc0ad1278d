# terraform test, after make package. No AWS is asked: the provider is the real one, and what AWS would answer is made up.
mock_provider "aws" {
  override_during = plan

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:images-thumbnailer" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:us-east-1:123456789012:table/images" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/images-uploads" }
  }
}

override_resource {
  target          = aws_s3_bucket.uploads
  override_during = plan
  values          = { id = "images-uploads-1", arn = "arn:aws:s3:::images-uploads-1" }
}

override_resource {
  target          = aws_s3_bucket.thumbnails
  override_during = plan
  values          = { id = "images-thumbnails-1", arn = "arn:aws:s3:::images-thumbnails-1" }
}

override_resource {
  target          = aws_sqs_queue.undelivered
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:images-undelivered", url = "https://sqs.us-east-1.amazonaws.com/123456789012/images-undelivered" }
}

override_resource {
  target          = aws_sqs_queue.failed
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:images-failed" }
}

run "as_it_is" {
  command = plan

  assert {
    condition     = aws_s3_bucket_notification.uploads.eventbridge && aws_s3_bucket_notification.uploads.bucket == aws_s3_bucket.uploads.id
    error_message = "The bucket for uploads sends no events."
  }
  assert {
    condition = alltrue([for name in ["uploads", "thumbnails"] : alltrue([
      aws_s3_bucket_public_access_block.private[name].block_public_acls, aws_s3_bucket_public_access_block.private[name].block_public_policy,
      aws_s3_bucket_public_access_block.private[name].ignore_public_acls, aws_s3_bucket_public_access_block.private[name].restrict_public_buckets,
      one(one(aws_s3_bucket_server_side_encryption_configuration.encrypted[name].rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256",
      jsondecode(aws_s3_bucket_policy.tls[name].policy).Statement[0].Effect == "Deny",
    ])])
    error_message = "A bucket can be public, is not encrypted, or takes requests without TLS."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.uploads.event_pattern) == {
      source      = ["aws.s3"]
      detail-type = ["Object Created"]
      detail = {
        bucket = { name = ["images-uploads-1"] }
        object = { key = [{ suffix = { equals-ignore-case = ".jpg" } }, { suffix = { equals-ignore-case = ".png" } }] }
      }
    } && aws_cloudwatch_event_rule.uploads.event_bus_name == "default"
    error_message = "The rule's pattern is not that of pictures in the bucket for uploads."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.thumbnailer.arn == aws_lambda_function.thumbnailer.arn,
      aws_cloudwatch_event_target.thumbnailer.dead_letter_config[0].arn == aws_sqs_queue.undelivered.arn,
      aws_cloudwatch_event_target.thumbnailer.retry_policy[0].maximum_event_age_in_seconds == 3600,
      aws_cloudwatch_event_target.thumbnailer.retry_policy[0].maximum_retry_attempts == 2,
    ])
    error_message = "The target is not the function with its dead-letter queue and a retry policy of 3600 s and 2 attempts."
  }
  assert {
    condition = alltrue([
      jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == aws_cloudwatch_event_rule.uploads.arn,
      jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement[0].Principal.Service == "events.amazonaws.com",
      jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement[0].Resource == aws_sqs_queue.undelivered.arn,
      length(jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement) == 1,
    ])
    error_message = "The rule, and it alone, must be able to send to its dead-letter queue."
  }
  assert {
    condition     = aws_lambda_permission.rule.source_arn == aws_cloudwatch_event_rule.uploads.arn && aws_lambda_permission.rule.principal == "events.amazonaws.com"
    error_message = "The rule, and it alone, must be able to invoke the function."
  }
  assert {
    condition = alltrue([
      aws_lambda_function_event_invoke_config.thumbnailer.destination_config[0].on_failure[0].destination == aws_sqs_queue.failed.arn,
      aws_lambda_function_event_invoke_config.thumbnailer.maximum_retry_attempts == 2,
    ])
    error_message = "Events that the function fails on are lost."
  }
  assert {
    condition = alltrue([
      aws_lambda_function.thumbnailer.package_type == "Zip", aws_lambda_function.thumbnailer.handler == "bootstrap",
      aws_lambda_function.thumbnailer.runtime == "provided.al2023", aws_lambda_function.thumbnailer.architectures == tolist(["arm64"]),
      aws_lambda_function.thumbnailer.memory_size >= 1024, aws_lambda_function.thumbnailer.tracing_config[0].mode == "Active",
      aws_lambda_function.thumbnailer.source_code_hash == filebase64sha256(aws_lambda_function.thumbnailer.filename),
    ])
    error_message = "The function is not a zip with its hash for provided.al2023 on arm64, with tracing and memory for a large picture."
  }
  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.thumbnailer.policy).Statement :
      !contains(flatten([s.Resource]), "*") || length(setsubtract(s.Action, ["xray:PutTraceSegments", "xray:PutTelemetryRecords"])) == 0
    ])
    error_message = "The role allows something other than X-Ray's writes on every resource."
  }
  assert {
    condition     = aws_cloudwatch_log_group.thumbnailer.retention_in_days == 30
    error_message = "The log group keeps its logs for ever."
  }
  assert {
    condition = alltrue([
      aws_dynamodb_table.images.point_in_time_recovery[0].enabled, aws_dynamodb_table.images.deletion_protection_enabled,
      !aws_s3_bucket.uploads.force_destroy, !aws_s3_bucket.thumbnails.force_destroy,
    ])
    error_message = "The table has no point-in-time recovery, or it or a bucket can be deleted with what is in it."
  }
}

run "from_an_image" {
  command = plan

  variables {
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/images@sha256:a"
  }

  assert {
    condition = alltrue([
      aws_lambda_function.thumbnailer.package_type == "Image", aws_lambda_function.thumbnailer.image_uri == var.image,
      aws_lambda_function.thumbnailer.filename == null, aws_lambda_function.thumbnailer.runtime == null,
    ])
    error_message = "The function is not made of its image alone."
  }
}
