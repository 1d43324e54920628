@network
Feature: Names
  People know the appliance by its name. Whose address that is, their machines ask a name server, now and then.

  Background:
    Given the site "acme"

  Scenario Outline: A customer is told when the portal's name leads nowhere, and gets there later
    Given Carla is a customer with a Windows PC on DSL
    When <trouble>
    And Carla opens the portal
    Then Carla is told "<told>"
    When <remedy>
    And 1 minute passes
    Then Carla is offered the start methods "session key, issue"

    Examples:
      | trouble                                    | told                                         | remedy                                        |
      | the name server is silent                  | the appliance's name could not be resolved   | the name server answers again                 |
      | the name server fails                      | the appliance's name could not be resolved   | the name server answers again                 |
      | the name of the appliance can not be found | no such name                                 | the name of the appliance can be found again  |

  Scenario: A slow name server is waited for
    Given Carla is a customer with a Windows PC on DSL
    When the name server takes 4 seconds to answer
    And Carla opens the portal
    And 3 seconds pass
    Then Carla does not have the portal open
    When 2 seconds pass
    Then Carla is offered the start methods "session key, issue"

  Scenario: A console comes back after a break, once names can be resolved again
    Given Alex is signed in to the desktop console
    When 10 minutes pass
    And the name server is silent
    And Alex's network is down for 1 minute
    Then Alex's console keeps trying to connect
    When the name server answers again
    Then Alex's console is connected again

  Scenario: A console that was told the address a moment ago needs no name server
    Given Alex is signed in to the desktop console
    When the name server is silent
    And Alex's network is down for 1 minute
    Then Alex's console is connected again

  Scenario: A connection that stands does not notice
    Given Alex is signed in to the desktop console
    And Carla is in session with Alex
    When the name server is silent
    And 1 hour passes
    And Carla writes "Still there?"
    Then Alex reads "Still there?" from Carla
    And Carla's session was never lost

  Scenario: The appliance moves, and is found when the old address is out of date
    Given Alex is signed in to the desktop console
    And Carla is in session with Alex
    When the appliance moves to another address
    And 7 minutes pass
    Then Alex's console is connected again
