package main

import "strings"

// tryIt prints what there is to try, to be copied into another shell.
func (s *service) tryIt(owns []own) {
	s.heading("To try it, in another shell, until Ctrl-C here")
	if !s.dynamoDB.atAWS() && !s.sqs.atAWS() {
		s.printf("  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local\n")
	}
	// Version 1 of the AWS CLI reads no AWS_ENDPOINT_URL_SQS, so that the commands name it, too.
	s.printf("  export AWS_DEFAULT_REGION=%s AWS_ENDPOINT_URL_DYNAMODB=%s AWS_ENDPOINT_URL_SQS=%s \\\n"+
		"    AWS_ENDPOINT_URL_S3=%s AWS_ENDPOINT_URL_LAMBDA=%s\n", region, s.dynamoDB.url, s.sqs.url, s.s3, s.invoke)
	rules := false
	for _, f := range owns {
		for _, route := range f.routes {
			method, path, _ := strings.Cut(route, " ")
			switch method {
			case "$default", "ANY", "GET":
				s.printf("  curl -s '%s%s'\n", s.url, strings.ReplaceAll(path, "{proxy+}", "some/path"))
			default:
				s.printf("  curl -s -X %s '%s%s' -H 'content-type: application/json' -d '{}'\n", method, s.url, path)
			}
		}
		if f.queue != "" {
			group := ""
			if strings.HasSuffix(f.queue, ".fifo") {
				group = " --message-group-id group"
			}
			s.printf("  aws sqs send-message --endpoint-url %s --queue-url %s%s --message-body '{}'\n", s.sqs.url, s.queues[f.queue].url, group)
			if policy, ok := s.redrives[f.queue]; ok {
				s.printf("  aws sqs receive-message --endpoint-url %s --queue-url %s --message-attribute-names All # of %s: failed %d times, or sent there by %s\n",
					s.sqs.url, policy.dead.url, policy.dead.name, policy.receives, f.name)
			}
		}
		if f.rule != nil {
			rules = true
			s.printf("  curl -s -T FILE %s/%s/FILE # or aws s3 cp FILE s3://%[2]s/\n", s.s3, s.options.buckets[0])
		}
		s.printf("  curl -s -d '{}' %s/2015-03-31/functions/%s/invocations\n", s.invoke, f.name)
		s.printf("  aws lambda invoke --function-name %s /dev/stdout\n", f.name)
	}
	s.printf("  aws dynamodb scan --table-name %s\n", s.table)
	if rules {
		s.printf("  aws sqs receive-message --endpoint-url %s --queue-url %s # of %s: events that a function failed %d times\n",
			s.sqs.url, s.failed.url, s.failed.name, maxAttempts)
	}
	if s.traces != nil {
		s.printf("The traces of all requests: %s\n", s.traces.url)
	}
	s.printf("The functions' log:\n")
}
