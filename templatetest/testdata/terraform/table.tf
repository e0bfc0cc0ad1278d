# Users, orders, payments and products in one table.
resource "aws_dynamodb_table" "app" {
  name         = "app-table-${var.stage}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = local.keys.partition
  range_key    = local.keys["sort"]

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  attribute {
    name = "${var.email_index}PK"
    type = "S"
  }

  attribute {
    name = "GSI1SK"
    type = "S"
  }

  global_secondary_index {
    name            = var.email_index
    hash_key        = "GSI1PK"
    range_key       = "GSI1SK"
    projection_type = "ALL"
  }

  ttl {
    attribute_name = local.expiry
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = {
    Stage = var.stage
  }
}
