output "uploads" {
  description = "The bucket to put pictures into."
  value       = aws_s3_bucket.uploads.id
}

output "thumbnails" {
  value = aws_s3_bucket.thumbnails.id
}

output "table" {
  value = aws_dynamodb_table.images.name
}

output "queues" {
  value = {
    undelivered = aws_sqs_queue.undelivered.url
    failed      = aws_sqs_queue.failed.url
  }
}
