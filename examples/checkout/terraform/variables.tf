variable "name" {
  description = "What the resources' names begin with."
  type        = string
  default     = "checkout"
}

variable "artifacts" {
  description = "The folder with the functions' zip; that of make package if null."
  type        = string
  default     = null
}

variable "image" {
  description = "The functions' container image in ECR, built for arm64, instead of a zip. Name it by digest: a tag can move without a deployment."
  type        = string
  default     = null
}

variable "reserved_concurrency" {
  description = "How many calls of each task run at once; further ones are tried again. -1 reserves none, as an account needs whose limit is below 170: 100 must stay unreserved."
  type        = number
  default     = 10
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
  description = "Whether the table refuses to be deleted."
  type        = bool
  default     = true
}
