output "state_machine" {
  description = "The workflow's ARN."
  value       = aws_sfn_state_machine.checkout.arn
}

output "table" {
  value = aws_dynamodb_table.checkout.name
}

output "queues" {
  value = {
    approvals   = aws_sqs_queue.approvals.url
    undelivered = aws_sqs_queue.undelivered.url
  }
}
