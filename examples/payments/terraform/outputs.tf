output "url" {
  description = "Where the API is."
  value       = aws_apigatewayv2_api.payments.api_endpoint
}

output "table" {
  value = aws_dynamodb_table.payments.name
}

output "user_pool" {
  value = aws_cognito_user_pool.users.id
}

output "user_pool_client" {
  value = aws_cognito_user_pool_client.users.id
}

output "queues" {
  value = {
    jobs       = aws_sqs_queue.payments.url
    results    = aws_sqs_queue.results.url
    refused    = aws_sqs_queue.refused.url
    dead       = aws_sqs_queue.dead.url
    async_dead = aws_sqs_queue.async_dead.url
  }
}
