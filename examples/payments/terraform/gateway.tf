locals {
  # payments.Routes(), which a test compares. $default answers what is none of the others.
  routes = [
    "POST /users",
    "GET /users",
    "POST /users/{id}/orders",
    "GET /users/{id}/orders",
    "POST /payments",
    "GET /payments/{id}",
    "$default",
  ]
}

resource "aws_apigatewayv2_api" "payments" {
  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_route" "payments" {
  for_each           = toset(local.routes)
  api_id             = aws_apigatewayv2_api.payments.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.api.id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.users.id
}

resource "aws_apigatewayv2_integration" "api" {
  api_id                 = aws_apigatewayv2_api.payments.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.api.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_stage" "payments" {
  api_id      = aws_apigatewayv2_api.payments.id
  name        = "$default"
  auto_deploy = true

  # Below what the functions and the account can take, and per second.
  default_route_settings {
    throttling_rate_limit  = 100
    throttling_burst_limit = 200
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # No address, query or header: they tell of people.
    format = jsonencode({
      requestId        = "$context.requestId"
      requestTime      = "$context.requestTime"
      routeKey         = "$context.routeKey"
      status           = "$context.status"
      responseLatency  = "$context.responseLatency"
      integrationError = "$context.integrationErrorMessage"
      authorizerError  = "$context.authorizer.error"
      subject          = "$context.authorizer.claims.sub"
    })
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/vendedlogs/${var.name}-access"
  retention_in_days = var.log_retention
}

# The API lets in who has a token of this pool. The function takes the user from the token: see README.md.
resource "aws_apigatewayv2_authorizer" "users" {
  api_id           = aws_apigatewayv2_api.payments.id
  name             = "users"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = "https://${aws_cognito_user_pool.users.endpoint}"
    audience = [aws_cognito_user_pool_client.users.id]
  }
}

resource "aws_cognito_user_pool" "users" {
  name                = var.name
  username_attributes = ["email"]
  deletion_protection = var.deletion_protection ? "ACTIVE" : "INACTIVE"

  admin_create_user_config {
    allow_admin_create_user_only = true # nobody lets himself in
  }
}

resource "aws_cognito_user_pool_client" "users" {
  name                          = "users"
  user_pool_id                  = aws_cognito_user_pool.users.id
  explicit_auth_flows           = ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
}
