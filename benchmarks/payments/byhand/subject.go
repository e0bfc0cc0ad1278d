package main

import (
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// subjectOf is the subject of the token that the API's JWT authorizer has checked.
func subjectOf(r events.APIGatewayV2HTTPRequest) (string, error) {
	if subject := claim(r, "sub"); subject != "" {
		return subject, nil
	}
	p := problemf(http.StatusUnauthorized, "the request has no token with a subject")
	p.headers = map[string]string{"www-authenticate": "Bearer"}
	return "", p
}

// mayUse refuses an e-mail address that is not the token's, where the token has one.
func mayUse(r events.APIGatewayV2HTTPRequest, email string) error {
	if own := claim(r, "email"); own != "" && !strings.EqualFold(own, email) {
		return problemf(http.StatusForbidden, "the e-mail address is not the one that the token has")
	}
	return nil
}

func claim(r events.APIGatewayV2HTTPRequest, name string) string {
	if a := r.RequestContext.Authorizer; a != nil && a.JWT != nil {
		return a.JWT.Claims[name]
	}
	return ""
}
