resource "aws_s3_bucket" "uploads" {
  bucket_prefix = "uploads-"
}

resource "aws_cloudwatch_event_rule" "s3_upload" {
  name           = "s3-image-upload"
  event_bus_name = "default"

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = {
      bucket = { name = [aws_s3_bucket.uploads.id] }
      object = { key = [{ suffix = ".jpg" }, { suffix = ".png" }], size = [{ numeric = [">", 0] }] }
    }
  })
}
