variable "name" {
  description = "What the resources' names begin with. The buckets' names end in random letters."
  type        = string
  default     = "images"
}

variable "artifacts" {
  description = "The folder with the function's zip; that of make package if null."
  type        = string
  default     = null
}

variable "image" {
  description = "The function's container image in ECR, built for arm64, instead of a zip. Name it by digest: a tag can move without a deployment."
  type        = string
  default     = null
}

variable "reserved_concurrency" {
  description = "How many pictures are worked on at once; other events wait. -1 reserves none, as an account needs whose limit is below 120: 100 must stay unreserved."
  type        = number
  default     = 20
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
  description = "Whether the table refuses to be deleted, and so do buckets that have objects in them."
  type        = bool
  default     = true
}
