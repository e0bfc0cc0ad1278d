# An index with several attributes in its keys, as version 6 of the AWS provider has it.
resource "aws_dynamodb_table" "app" {
  name         = "app-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "PK"
  range_key    = "SK"

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  attribute {
    name = "tenant"
    type = "S"
  }

  attribute {
    name = "year"
    type = "N"
  }

  attribute {
    name = "digest"
    type = "B"
  }

  global_secondary_index {
    name            = "by-year"
    projection_type = "ALL"

    key_schema {
      attribute_name = "tenant"
      key_type       = "HASH"
    }

    key_schema {
      attribute_name = "year"
      key_type       = "HASH"
    }

    key_schema {
      attribute_name = "digest"
      key_type       = "RANGE"
    }

    key_schema {
      attribute_name = "SK"
      key_type       = "RANGE"
    }
  }
}
