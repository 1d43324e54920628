Feature: Jump Clients that come back together
  After an outage the appliance lets returning clients in at an even rate, so that they do not drown it.

  Scenario: A hundred come back at once, and ten a second are let in
    Given the site "gate"
    And 100 Jump Clients of the group "Servers" are installed
    And 100 Jump Clients are online
    When the appliance loses power
    And the appliance starts again after 10 seconds
    Then 100 Jump Clients are online within 2 minutes
    And never more than 11 Jump Clients came back within one second
