resource "aws_sfn_state_machine" "checkout" {
  name     = var.name
  type     = "STANDARD" # an approval takes up to a day
  role_arn = aws_iam_role.workflow.arn

  definition = templatefile("${path.module}/../checkout.asl.json", {
    CancelFunctionArn  = aws_lambda_alias.task["cancel"].arn
    ChargeFunctionArn  = aws_lambda_alias.task["charge"].arn
    ConfirmFunctionArn = aws_lambda_alias.task["confirm"].arn
    PriceFunctionArn   = aws_lambda_alias.task["price"].arn
    RefundFunctionArn  = aws_lambda_alias.task["refund"].arn
    ReleaseFunctionArn = aws_lambda_alias.task["release"].arn
    ReserveFunctionArn = aws_lambda_alias.task["reserve"].arn
    ApprovalsQueueUrl  = aws_sqs_queue.approvals.url
  })

  tracing_configuration {
    enabled = true
  }

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = false # it has the card's token
    log_destination        = "${aws_cloudwatch_log_group.workflow.arn}:*"
  }

  # Step Functions tries the role when the workflow is made.
  depends_on = [aws_iam_role_policy.workflow]
}

# Under this prefix Step Functions need not add the group to the account's resource policy, whose length is limited.
resource "aws_cloudwatch_log_group" "workflow" {
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_retention
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "workflow" {
  name = "${var.name}-workflow"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "workflow" {
  name = "workflow"
  role = aws_iam_role.workflow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The aliases and no other versions.
        Effect = "Allow"
        Action = ["lambda:InvokeFunction"]
        Resource = [
          aws_lambda_alias.task["cancel"].arn,
          aws_lambda_alias.task["charge"].arn,
          aws_lambda_alias.task["confirm"].arn,
          aws_lambda_alias.task["price"].arn,
          aws_lambda_alias.task["refund"].arn,
          aws_lambda_alias.task["release"].arn,
          aws_lambda_alias.task["reserve"].arn,
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.approvals.arn
      },
      {
        # Step Functions sets the delivery of its logs up with the workflow's role. CloudWatch Logs knows no resource for that.
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
        Resource = "*" # X-Ray has no resource for what is written, nor for its sampling
      },
    ]
  })
}

# Large orders, each with the token that answers for it. A message lives as long as its token.
resource "aws_sqs_queue" "approvals" {
  name                      = "${var.name}-approvals"
  message_retention_seconds = 24 * 60 * 60
  sqs_managed_sse_enabled   = true
}
