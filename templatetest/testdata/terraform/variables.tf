variable "stage" {
  type    = string
  default = "dev"
}

variable "email_index" {
  type    = string
  default = "GSI1"
}

locals {
  keys = {
    partition = "PK"
    sort      = "SK"
  }
  expiry = "expires_at"
}
