# The functions in a VPC. There they reach AWS through endpoints, without a NAT gateway: DynamoDB's costs nothing, those of SQS
# and X-Ray cost money for each subnet and hour. Logs go their own way. A payment provider on the internet needs a NAT gateway,
# and a rule for it in the functions' security group.
locals {
  vpc = var.vpc == null ? [] : [var.vpc]

  network_interfaces = [
    "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
  ]
}

data "aws_region" "here" {}

resource "aws_security_group" "functions" {
  count       = length(local.vpc)
  name        = "${var.name}-functions"
  description = "The functions of ${var.name}: nothing in, HTTPS out to AWS"
  vpc_id      = local.vpc[0].id
}

resource "aws_security_group" "endpoints" {
  count       = length(local.vpc)
  name        = "${var.name}-endpoints"
  description = "The endpoints for ${var.name}: HTTPS in from its functions"
  vpc_id      = local.vpc[0].id
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count                        = length(local.vpc)
  security_group_id            = aws_security_group.endpoints[0].id
  referenced_security_group_id = aws_security_group.functions[0].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  count                        = length(local.vpc)
  security_group_id            = aws_security_group.functions[0].id
  referenced_security_group_id = aws_security_group.endpoints[0].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "dynamodb" {
  count             = length(local.vpc)
  security_group_id = aws_security_group.functions[0].id
  prefix_list_id    = aws_vpc_endpoint.dynamodb[0].prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "dynamodb" {
  count             = length(local.vpc)
  vpc_id            = local.vpc[0].id
  service_name      = "com.amazonaws.${data.aws_region.here.id}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.vpc[0].route_table_ids
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = toset(var.vpc == null ? [] : ["sqs", "xray"])
  vpc_id              = local.vpc[0].id
  service_name        = "com.amazonaws.${data.aws_region.here.id}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.vpc[0].subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
}

# EC2 knows no resource for most of these, and Lambda wants them on *. It is Lambda that uses them, before the function runs: the
# second statement keeps them from the function's own code ("Giving Lambda functions access to resources in an Amazon VPC").
resource "aws_iam_role_policy" "network" {
  for_each = var.vpc == null ? {} : { api = aws_iam_role.api.id, worker = aws_iam_role.worker.id }
  name     = "network"
  role     = each.value
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = local.network_interfaces
        Resource = "*"
      },
      {
        Effect    = "Deny"
        Action    = local.network_interfaces
        Resource  = "*"
        Condition = { ArnLike = { "lambda:SourceFunctionArn" = "arn:*:lambda:*:*:function:${var.name}-${each.key}" } }
      },
    ]
  })
}
