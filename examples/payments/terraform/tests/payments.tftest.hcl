# terraform test, after make package. No AWS is asked: the provider is the real one, and what AWS would answer is made up.
mock_provider "aws" {
  override_during = plan

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:f:live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f:live/invocations" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:f", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations", version = "7" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:us-east-1:123456789012:table/payments" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:queue", url = "https://sqs.us-east-1.amazonaws.com/123456789012/queue" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }
  mock_resource "aws_apigatewayv2_authorizer" {
    defaults = { id = "authorizer" }
  }
  mock_resource "aws_security_group" {
    defaults = { id = "sg-1" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:us-east-1:123456789012:api" }
  }
}

override_resource {
  target          = aws_sqs_queue.payments
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:payments-jobs", url = "https://sqs.us-east-1.amazonaws.com/123456789012/payments-jobs" }
}

override_resource {
  target          = aws_sqs_queue.dead
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:payments-dead" }
}

override_resource {
  target          = aws_sqs_queue.async_dead
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:payments-async-dead" }
}

override_resource {
  target          = aws_cloudwatch_log_group.access
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:access" }
}

run "as_it_is" {
  command = plan

  assert {
    condition     = aws_sqs_queue.payments.visibility_timeout_seconds >= 6 * aws_lambda_function.worker.timeout + aws_lambda_event_source_mapping.payments.maximum_batching_window_in_seconds
    error_message = "The queue's visibility time-out is below six times the worker's time-out and the batch window."
  }
  assert {
    condition     = contains(aws_lambda_event_source_mapping.payments.function_response_types, "ReportBatchItemFailures")
    error_message = "Without ReportBatchItemFailures failed messages are deleted."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.payments.event_source_arn == aws_sqs_queue.payments.arn && aws_lambda_event_source_mapping.payments.function_name == aws_lambda_alias.worker.arn
    error_message = "The event source mapping does not lead from the jobs to the worker's alias."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.payments.scaling_config[0].maximum_concurrency <= aws_lambda_function.worker.reserved_concurrent_executions
    error_message = "Batches above the reserved concurrency would be throttled."
  }
  assert {
    condition = alltrue([
      jsondecode(aws_sqs_queue.payments.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dead.arn,
      jsondecode(aws_sqs_queue.payments.redrive_policy).maxReceiveCount >= 5,
      aws_sqs_queue.dead.message_retention_seconds == 1209600,
    ])
    error_message = "The jobs' dead-letter queue, its maxReceiveCount of 5 or more, or its two weeks are missing."
  }
  assert {
    condition = alltrue([for f in [aws_lambda_function.api, aws_lambda_function.worker] : alltrue([
      f.package_type == "Zip", f.handler == "bootstrap", f.runtime == "provided.al2023", f.architectures == tolist(["arm64"]),
      f.publish, f.tracing_config[0].mode == "Active", f.dead_letter_config[0].target_arn == aws_sqs_queue.async_dead.arn,
      length(f.vpc_config) == 0,
    ])])
    error_message = "A function is not a zip for provided.al2023 on arm64 with versions, tracing and a dead-letter queue, outside a VPC."
  }
  assert {
    condition     = aws_lambda_function.api.source_code_hash == filebase64sha256(aws_lambda_function.api.filename) && aws_lambda_function.worker.source_code_hash == filebase64sha256(aws_lambda_function.worker.filename)
    error_message = "A function's hash is not that of its zip, so a new zip would not be deployed."
  }
  assert {
    condition     = aws_apigatewayv2_integration.api.integration_uri == aws_lambda_alias.api.invoke_arn && aws_apigatewayv2_integration.api.payload_format_version == "2.0"
    error_message = "The API does not call the alias, whose version is kept warm, with payload format 2.0."
  }
  assert {
    condition     = aws_lambda_permission.api.qualifier == aws_lambda_alias.api.name && startswith(aws_lambda_permission.api.source_arn, aws_apigatewayv2_api.payments.execution_arn)
    error_message = "The API may not call the alias, or others may."
  }
  assert {
    condition     = aws_lambda_provisioned_concurrency_config.api[0].qualifier == aws_lambda_alias.api.name && aws_lambda_provisioned_concurrency_config.api[0].provisioned_concurrent_executions == 5
    error_message = "The alias has no provisioned concurrency."
  }
  assert {
    condition     = alltrue([for r in aws_apigatewayv2_route.payments : r.authorization_type == "JWT" && r.authorizer_id == aws_apigatewayv2_authorizer.users.id])
    error_message = "A route has no authorizer."
  }
  assert {
    condition     = aws_apigatewayv2_stage.payments.access_log_settings[0].destination_arn == aws_cloudwatch_log_group.access.arn
    error_message = "The stage has no access log."
  }
  assert {
    condition     = alltrue([for g in [aws_cloudwatch_log_group.api, aws_cloudwatch_log_group.worker, aws_cloudwatch_log_group.access] : g.retention_in_days == 30])
    error_message = "A log group keeps its logs for ever."
  }
  assert {
    condition = alltrue([
      for s in concat(jsondecode(aws_iam_role_policy.api.policy).Statement, jsondecode(aws_iam_role_policy.worker.policy).Statement) :
      !contains(flatten([s.Resource]), "*") || length(setsubtract(s.Action, ["xray:PutTraceSegments", "xray:PutTelemetryRecords"])) == 0
    ])
    error_message = "A role allows something other than X-Ray's writes on every resource."
  }
  assert {
    condition     = aws_dynamodb_table.payments.point_in_time_recovery[0].enabled && aws_dynamodb_table.payments.deletion_protection_enabled
    error_message = "The table has no point-in-time recovery, or can be deleted."
  }
  assert {
    condition     = length(aws_iam_role_policy.network) + length(aws_vpc_endpoint.interface) + length(aws_vpc_endpoint.dynamodb) == 0
    error_message = "Outside a VPC there is nothing to do in one."
  }
}

run "in_a_vpc" {
  command = plan

  variables {
    vpc = { id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], route_table_ids = ["rtb-1"] }
  }

  assert {
    condition = alltrue([for f in [aws_lambda_function.api, aws_lambda_function.worker] :
    f.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) && f.vpc_config[0].security_group_ids == toset(aws_security_group.functions[*].id)])
    error_message = "A function is not in the subnets with the security group."
  }
  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["sqs", "xray"]) && aws_vpc_endpoint.dynamodb[0].vpc_endpoint_type == "Gateway"
    error_message = "There are no endpoints for SQS, X-Ray and DynamoDB, and no other way to them."
  }
  assert {
    condition = alltrue([for name, p in aws_iam_role_policy.network : alltrue([
      [for s in jsondecode(p.policy).Statement : s.Effect] == ["Allow", "Deny"],
      jsondecode(p.policy).Statement[0].Action == jsondecode(p.policy).Statement[1].Action,
      alltrue([for a in jsondecode(p.policy).Statement[0].Action : startswith(a, "ec2:")]),
      jsondecode(p.policy).Statement[1].Condition.ArnLike["lambda:SourceFunctionArn"] == "arn:*:lambda:*:*:function:payments-${name}",
    ])]) && toset(keys(aws_iam_role_policy.network)) == toset(["api", "worker"])
    error_message = "Lambda may not make network interfaces, or the functions' code may."
  }
}

run "from_images" {
  command = plan

  variables {
    images                  = { api = "123456789012.dkr.ecr.us-east-1.amazonaws.com/payments@sha256:a", worker = "123456789012.dkr.ecr.us-east-1.amazonaws.com/payments@sha256:b" }
    provisioned_concurrency = 0
  }

  assert {
    condition = alltrue([for f in [aws_lambda_function.api, aws_lambda_function.worker] :
    f.package_type == "Image" && f.image_uri != null && f.filename == null && f.handler == null && f.runtime == null])
    error_message = "A function is not made of its image alone."
  }
  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.api) == 0
    error_message = "Environments are kept warm though none are asked for."
  }
}

run "with_a_wrong_concurrency" {
  command = plan

  variables {
    maximum_concurrency = 1
  }

  expect_failures = [var.maximum_concurrency]
}
