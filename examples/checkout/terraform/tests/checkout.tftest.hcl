# terraform test, after make package. No AWS is asked: the provider is the real one, and what AWS would answer is made up.
mock_provider "aws" {
  override_during = plan

  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:us-east-1:123456789012:table/checkout" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/checkout-placed" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:us-east-1:123456789012:stateMachine:checkout" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:unqualified", version = "1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

override_resource {
  target          = aws_sqs_queue.undelivered
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:checkout-undelivered", url = "https://sqs.us-east-1.amazonaws.com/123456789012/checkout-undelivered" }
}

override_resource {
  target          = aws_sqs_queue.approvals
  override_during = plan
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:checkout-approvals", url = "https://sqs.us-east-1.amazonaws.com/123456789012/checkout-approvals" }
}

override_resource {
  target          = aws_lambda_alias.task["cancel"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-cancel:live" }
}

override_resource {
  target          = aws_lambda_alias.task["charge"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-charge:live" }
}

override_resource {
  target          = aws_lambda_alias.task["confirm"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-confirm:live" }
}

override_resource {
  target          = aws_lambda_alias.task["price"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-price:live" }
}

override_resource {
  target          = aws_lambda_alias.task["refund"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-refund:live" }
}

override_resource {
  target          = aws_lambda_alias.task["release"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-release:live" }
}

override_resource {
  target          = aws_lambda_alias.task["reserve"]
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:checkout-reserve:live" }
}

run "as_it_is" {
  command = plan

  assert {
    condition     = aws_sfn_state_machine.checkout.type == "STANDARD" && aws_sfn_state_machine.checkout.tracing_configuration[0].enabled
    error_message = "The workflow is not a Standard one with tracing."
  }
  assert {
    condition = alltrue([
      for state, task in { Price = "price", Charge = "charge", Confirm = "confirm", Cancel = "cancel", Refund = "refund" } :
      jsondecode(aws_sfn_state_machine.checkout.definition).States[state].Parameters.FunctionName == aws_lambda_alias.task[task].arn
      ]) && alltrue([
      for state, task in { Reserve = "reserve", Release = "release" } :
      jsondecode(aws_sfn_state_machine.checkout.definition).States[state].ItemProcessor.States["${state}Line"].Parameters.FunctionName == aws_lambda_alias.task[task].arn
    ])
    error_message = "A task calls another function than its own alias."
  }
  assert {
    condition = (jsondecode(aws_sfn_state_machine.checkout.definition).States.Approval.Parameters.QueueUrl == aws_sqs_queue.approvals.url
    && aws_sqs_queue.approvals.message_retention_seconds == jsondecode(aws_sfn_state_machine.checkout.definition).States.Approval.TimeoutSeconds)
    error_message = "An approval is not asked for in its queue, or its message does not live as long as its token."
  }
  assert {
    condition     = aws_sfn_state_machine.checkout.logging_configuration[0].level == "ERROR" && !aws_sfn_state_machine.checkout.logging_configuration[0].include_execution_data
    error_message = "The workflow logs no errors, or its log has the cards' tokens."
  }
  assert {
    condition = (toset(jsondecode(aws_iam_role_policy.workflow.policy).Statement[0].Resource) == toset([for a in aws_lambda_alias.task : a.arn])
    && jsondecode(aws_iam_role_policy.workflow.policy).Statement[0].Action == ["lambda:InvokeFunction"])
    error_message = "The workflow may call something other than the tasks' aliases."
  }
  assert {
    condition = alltrue([
      for s in flatten([for p in [
        aws_iam_role_policy.workflow, aws_iam_role_policy.rule, aws_iam_role_policy.price, aws_iam_role_policy.reserve, aws_iam_role_policy.charge,
        aws_iam_role_policy.confirm, aws_iam_role_policy.cancel, aws_iam_role_policy.refund, aws_iam_role_policy.release,
      ] : jsondecode(p.policy).Statement]) :
      !contains(flatten([s.Resource]), "*") || alltrue([for a in s.Action : startswith(a, "xray:") || strcontains(a, "LogDeliver") || strcontains(a, "ResourcePolic") || a == "logs:DescribeLogGroups"])
    ])
    error_message = "A role allows something on every resource for which AWS knows one."
  }
  assert {
    condition = alltrue([
      for task, f in aws_lambda_function.task : f.environment[0].variables.TASK == task && f.environment[0].variables.TABLE_NAME == aws_dynamodb_table.checkout.name
    ]) && length(aws_lambda_function.task) == 7
    error_message = "A function is not told its task and its table."
  }
  assert {
    condition = alltrue([for f in aws_lambda_function.task : alltrue([
      f.package_type == "Zip", f.handler == "bootstrap", f.runtime == "provided.al2023", f.architectures == tolist(["arm64"]),
      f.tracing_config[0].mode == "Active", f.source_code_hash == filebase64sha256(f.filename), f.publish,
    ])])
    error_message = "A function is not a zip with its hash for provided.al2023 on arm64 with tracing, or publishes no versions."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.checkout.arn == aws_sfn_state_machine.checkout.arn, aws_cloudwatch_event_target.checkout.input_path == "$.detail",
      jsondecode(aws_cloudwatch_event_rule.placed.event_pattern) == { source = ["shop.orders"], detail-type = ["Order Placed"] },
    ])
    error_message = "The workflow is not started with the event's detail, by orders that were placed."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.checkout.dead_letter_config[0].arn == aws_sqs_queue.undelivered.arn,
      aws_cloudwatch_event_target.checkout.retry_policy[0].maximum_event_age_in_seconds == 86400,
      aws_cloudwatch_event_target.checkout.retry_policy[0].maximum_retry_attempts == 185,
    ])
    error_message = "Events that cannot be delivered are lost, or given up within a day."
  }
  assert {
    condition = alltrue([
      jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == aws_cloudwatch_event_rule.placed.arn,
      jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement[0].Principal.Service == "events.amazonaws.com",
      length(jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement) == 1,
    ])
    error_message = "The rule, and it alone, must be able to send to its dead-letter queue."
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.rule.policy).Statement == [
      { Effect = "Allow", Action = ["states:StartExecution"], Resource = aws_sfn_state_machine.checkout.arn },
    ]
    error_message = "The rule may do more than start the workflow."
  }
  assert {
    condition     = alltrue([for g in aws_cloudwatch_log_group.task : g.retention_in_days == 30]) && aws_cloudwatch_log_group.workflow.retention_in_days == 30
    error_message = "A log group keeps its logs for ever."
  }
  assert {
    condition     = aws_dynamodb_table.checkout.point_in_time_recovery[0].enabled && aws_dynamodb_table.checkout.deletion_protection_enabled
    error_message = "The table has no point-in-time recovery, or can be deleted with what is in it."
  }
}

run "from_an_image" {
  command = plan

  variables {
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout@sha256:a"
  }

  assert {
    condition = alltrue([for f in aws_lambda_function.task : alltrue([
      f.package_type == "Image", f.image_uri == var.image, f.filename == null, f.runtime == null, f.environment[0].variables.TASK != "",
    ])])
    error_message = "A function is not made of its image alone."
  }
}
