# Keep the state where the team finds it, with a backend "s3" block of your own. There are no secrets in it.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.70, < 7.0"
    }
  }
}

# The region is that of AWS_REGION or of the profile.
provider "aws" {
  default_tags {
    tags = { Service = var.name }
  }
}
