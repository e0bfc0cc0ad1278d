package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
)

// A route's function is anything that takes an event's bytes and returns a response's: here a handler in this process.
func Example() {
	createOrder := func(_ context.Context, event []byte, _ string) ([]byte, error) {
		var request events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(event, &request); err != nil {
			return nil, err
		}
		return json.Marshal(events.APIGatewayV2HTTPResponse{
			StatusCode: http.StatusCreated,
			Body:       fmt.Sprintf("order of %s: %s", request.PathParameters["id"], request.Body),
		})
	}
	api, err := httpapi.New(httpapi.Config{Routes: map[string]httpapi.Invoker{"POST /users/{id}/orders": createOrder}})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(api)
	defer server.Close()

	response, err := http.Post(server.URL+"/users/usr_123/orders", "application/json", strings.NewReader(`{"total":42}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body), err)
	// Output: 201 order of usr_123: {"total":42} <nil>
}
