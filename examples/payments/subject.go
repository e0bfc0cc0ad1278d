package payments

import (
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// subjectOf is the user that a request comes from: the subject of the token that the API's JWT authorizer has checked. A user's
// id is the subject, so that nothing else has to say who belongs to whom. Without an authorizer in front nobody is let in.
func subjectOf(r events.APIGatewayV2HTTPRequest) (string, error) {
	if subject := claim(r, "sub"); subject != "" {
		return subject, nil
	}
	p := problemf(http.StatusUnauthorized, "the request has no token with a subject")
	p.headers = map[string]string{"www-authenticate": "Bearer"}
	return "", p
}

// mayUse refuses an e-mail address that is not the token's, where the issuer's tokens have one: nobody takes another's. Cognito's
// access tokens have none, and the authorizer lets them in like ID tokens; and its users may change their own address to any other,
// which is not verified then.
func mayUse(r events.APIGatewayV2HTTPRequest, email string) error {
	own := claim(r, "email")
	switch {
	case own == "" && claim(r, "token_use") == "access":
		return problemf(http.StatusForbidden, "an access token does not tell the e-mail address: send the ID token")
	case own == "":
		return nil
	case claim(r, "email_verified") != "true":
		return problemf(http.StatusForbidden, "the token's e-mail address is not verified")
	case !strings.EqualFold(own, email):
		return problemf(http.StatusForbidden, "the e-mail address is not the one that the token has")
	}
	return nil
}

// claim is a claim of the token, or empty.
func claim(r events.APIGatewayV2HTTPRequest, name string) string {
	a := r.RequestContext.Authorizer
	if a == nil || a.JWT == nil {
		return ""
	}
	return a.JWT.Claims[name]
}
