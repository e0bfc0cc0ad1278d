variable "name" {
  description = "What the resources' names begin with."
  type        = string
  default     = "payments"
}

variable "artifacts" {
  description = "The folder with the functions' zips; that of make package if null."
  type        = string
  default     = null
}

variable "images" {
  description = "The functions' container images in ECR, built for arm64, instead of zips. Name them by digest: a tag can move without a deployment."
  type        = object({ api = string, worker = string })
  default     = null
}

variable "vpc" {
  description = "Subnets for the functions, which they need to reach a database, a cache or a partner there, and the route tables of those subnets. Outside a VPC they start faster and cost less."
  type        = object({ id = string, subnet_ids = list(string), route_table_ids = list(string) })
  default     = null
}

variable "reserved_concurrency" {
  description = "How many environments each function may have, and keeps from all others. -1 reserves none, as an account needs whose limit is below 220: 100 must stay unreserved."
  type        = object({ api = number, worker = number })
  default     = { api = 100, worker = 20 }
}

variable "maximum_concurrency" {
  description = "How many batches are worked on at once, 2 to 1000. Above the worker's reserved concurrency messages would be received, throttled, and end in the dead-letter queue."
  type        = number
  default     = 20

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000
    error_message = "Lambda takes a maximum concurrency of 2 to 1000."
  }
}

variable "provisioned_concurrency" {
  description = "How many environments of the API's function are kept initialised. They cost money at rest; 0 keeps none."
  type        = number
  default     = 5
}

variable "log_retention" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
}

variable "alarm_topic" {
  description = "The ARN of an SNS topic that is told of alarms. If null, alarms are seen in CloudWatch only."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the table and the user pool refuse to be deleted."
  type        = bool
  default     = true
}
